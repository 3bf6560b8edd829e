export { type ImportedAutomation, importAutomation, readDefinition } from "./import-automation.js";
