import type { PageRoute } from "../pages/page-route.js";
import { editRoutes } from "./edit-routes.js";

/** The pages an automation is built with: the list editor, its test and its publication. */
export const editorRoutes: PageRoute[] = [...editRoutes];
