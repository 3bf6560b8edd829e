import "htmx.org";
import "htmx.org/dist/ext/hx-sse.js";
import "@github/relative-time-element";
import { confirmBeforeSending } from "./confirm.js";
import { openLinksAsDialogs } from "./dialogs.js";
import { editInPlace } from "./editor.js";
import { closeMenus } from "./menus.js";
import { tickRows } from "./selection.js";
import { listenForShortcuts } from "./shortcuts.js";
import { showToasts } from "./toasts.js";
import { insertVariables } from "./variables.js";

// Pages work without any of this; each line makes one thing quicker.
confirmBeforeSending();
openLinksAsDialogs();
closeMenus();
tickRows();
listenForShortcuts();
showToasts();
insertVariables();
editInPlace();
