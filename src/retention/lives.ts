import { crmLives } from "./crm-lives.js";
import { engineLives } from "./engine-lives.js";
import type { Life } from "./life.js";

/** Every table there is. A test fails when a migration brings one that is not here. */
export const lives: readonly Life[] = [...engineLives, ...crmLives];
