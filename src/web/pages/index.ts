export { decisionPages } from "./approvals/decision-link.js";
export { assets } from "./assets.js";
export { documentLinks } from "./document-link.js";
export { publicPages } from "./login.js";
export type { Ask, PageRoute } from "./page-route.js";
export { pageErrors, pageRoutes, pagesRouter } from "./router.js";
export { unsubscribePages } from "./unsubscribe.js";
