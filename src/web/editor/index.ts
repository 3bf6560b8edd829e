import type { PageRoute } from "../pages/page-route.js";
import { editRoutes } from "./edit-routes.js";
import { moveRoutes } from "./publish/move-routes.js";
import { publishRoutes } from "./publish/publish-routes.js";
import { testRoutes } from "./test/test-routes.js";

/** The pages an automation is built with: the list editor, its test and its publication. */
export const editorRoutes: PageRoute[] = [...editRoutes, ...testRoutes, ...publishRoutes, ...moveRoutes];
