import type { PageRoute } from "../pages/page-route.js";
import { editRoutes } from "./edit-routes.js";
import { moveRoutes } from "./move-routes.js";
import { publishRoutes } from "./publish-routes.js";
import { testRoutes } from "./test-routes.js";

/** The pages an automation is built with: the list editor, its test and its publication. */
export const editorRoutes: PageRoute[] = [...editRoutes, ...testRoutes, ...publishRoutes, ...moveRoutes];
