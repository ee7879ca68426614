/** Figures that can be read: axes with names, one theme, and the JSON that plotly.js draws. */
package realnvp.plot;
