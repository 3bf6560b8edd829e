import { automationCheckRoutes } from "./automations/automation-checks.js";
import { automationFileRoutes } from "./automations/automation-files.js";
import { automationFormRoutes } from "./automations/automation-forms.js";
import { automationMoveRoutes } from "./automations/automation-moves.js";
import { automationSimulationRoutes } from "./automations/automation-simulations.js";
import { automationStartRoutes } from "./automations/automation-starts.js";
import { automationTestRoutes } from "./automations/automation-tests.js";
import { automationVersionRoutes } from "./automations/automation-versions.js";
import { automationRoutes } from "./automations/automations.js";
import { approvalRoutes } from "./people/approvals.js";
import { keyRoutes } from "./people/keys.js";
import { peopleRoutes } from "./people/people.js";
import { secretRoutes } from "./people/secrets.js";
import { workspaceRoutes } from "./people/workspace.js";
import { objectRoutes } from "./records/objects.js";
import { recordBulkRoutes } from "./records/record-bulk.js";
import { recordHistoryRoutes } from "./records/record-history.js";
import { recordRoutes } from "./records/records.js";
import type { Route } from "./route.js";
import { batchRoutes } from "./runs/batches.js";
import { explanationRoutes } from "./runs/explanations.js";
import { reportRoutes } from "./runs/reports.js";
import { runRoutes } from "./runs/runs.js";
import { setAsideRoutes } from "./runs/set-aside-events.js";
import { pagedLists } from "./whole-lists.js";

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
  ...setAsideRoutes,
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
