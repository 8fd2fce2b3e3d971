// Nothing here is needed: every page works without it.
"use strict";

document.querySelector("[data-focus]")?.focus();
