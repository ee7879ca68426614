/** Files of numbers as Tablesaw tables, and the rows of a table as points with the density that a flow gives them. */
package realnvp.table;
