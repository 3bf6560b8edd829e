export { assets } from "./assets.js";
export { decisionPages } from "./decision-link.js";
export { documentLinks } from "./document-link.js";
export { publicPages } from "./login.js";
export type { Ask, PageRoute } from "./page-route.js";
export { pageErrors, pageRoutes, pagesRouter } from "./router.js";
