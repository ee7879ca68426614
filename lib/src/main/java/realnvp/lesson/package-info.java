/** What the course adds for its students: exercises, the study of depth, and the hospital of sick flows. */
package realnvp.lesson;
