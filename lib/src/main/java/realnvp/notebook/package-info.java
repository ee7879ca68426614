/** What a notebook shows: cards, tables, figures and progress, sent to the Java kernel that runs it. */
package realnvp.notebook;
