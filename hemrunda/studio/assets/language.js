"use strict";
// Before all else: numbers are written as the page's language does it.
document.documentElement.lang = localStorage.getItem("hemrunda-language") === "en" ? "en" : "sv";
