export { isCheap } from "./cheap.js";
export { checkTemplate, checkTemplates, type KnownNames } from "./check-template.js";
export { filterNames } from "./engine.js";
export { templateFilters } from "./filters/index.js";
export { renderGuarded, resolveGuarded } from "./guard.js";
export { render, resolve } from "./render.js";
export { createScope, type Scope, type ScopeParts } from "./scope.js";
export { TemplateError } from "./template-error.js";
export { relatedPaths, secretsOf, usesSecrets, variablesOf } from "./variables.js";
