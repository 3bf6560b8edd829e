import { approvalRoutes } from "./approvals.js";
import { automationCheckRoutes } from "./automation-checks.js";
import { automationFileRoutes } from "./automation-files.js";
import { automationFormRoutes } from "./automation-forms.js";
import { automationMoveRoutes } from "./automation-moves.js";
import { automationSimulationRoutes } from "./automation-simulations.js";
import { automationStartRoutes } from "./automation-starts.js";
import { automationTestRoutes } from "./automation-tests.js";
import { automationVersionRoutes } from "./automation-versions.js";
import { automationRoutes } from "./automations.js";
import { batchRoutes } from "./batches.js";
import { explanationRoutes } from "./explanations.js";
import { keyRoutes } from "./keys.js";
import { objectRoutes } from "./objects.js";
import { peopleRoutes } from "./people.js";
import { recordBulkRoutes } from "./record-bulk.js";
import { recordHistoryRoutes } from "./record-history.js";
import { recordRoutes } from "./records.js";
import { reportRoutes } from "./reports.js";
import type { Route } from "./route.js";
import { runRoutes } from "./runs.js";
import { secretRoutes } from "./secrets.js";
import { pagedLists } from "./whole-lists.js";
import { workspaceRoutes } from "./workspace.js";

const all: Route[] = [
  ...recordRoutes,
  ...recordBulkRoutes,
  ...recordHistoryRoutes,
  ...objectRoutes,
  ...automationCheckRoutes,
  ...automationFileRoutes,
  ...automationRoutes,
  ...automationVersionRoutes,
  ...automationMoveRoutes,
  ...automationFormRoutes,
  ...automationStartRoutes,
  ...automationSimulationRoutes,
  ...automationTestRoutes,
  ...runRoutes,
  ...approvalRoutes,
  ...explanationRoutes,
  ...batchRoutes,
  ...reportRoutes,
  ...secretRoutes,
  ...peopleRoutes,
  ...keyRoutes,
  ...workspaceRoutes,
];

/** Everything the JSON API can do. The first match wins: addresses with a name come before those with an id. */
export const routes: readonly Route[] = all.map(pagedLists);
