/* plotly.js with what dashboards/charts draws and nothing else: lines, dots, columns, annotations, shapes and hovering.
   It is src/core.js of plotly.js without the components that no page of ours has (legend, sliders, images, calendars, ...). */
"use strict";
require("plotly.js/build/plotcss");
const { register } = require("plotly.js/src/registry");
const methods = require("plotly.js/src/plot_api");
const { resize } = require("plotly.js/src/plots/plots");

// plotly.js calls its own methods by these names.
for (const [name, fn] of Object.entries(methods)) register({ moduleType: "apiMethod", name, fn });
register([
  require("plotly.js/src/traces/scatter"),
  require("plotly.js/src/traces/bar"),
  require("plotly.js/src/components/annotations"),
  require("plotly.js/src/components/shapes"),
  require("plotly.js/src/components/fx"),
  require("plotly.js/src/components/modebar"), // asked for even where none is shown
  require("plotly.js/src/locale-en"),
  require("plotly.js/src/locale-en-us"),
]);

exports.version = require("plotly.js/src/version").version;
exports.react = methods.react;
exports.purge = methods.purge;
exports.Plots = { resize };
