// Everything that trunk does not build itself, one after the other: trunk runs the hooks of a stage side by side.
await import('./verify.mjs');
await import('./annex.mjs');
await import('./minify.mjs');
