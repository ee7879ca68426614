/** A trained flow in a file: this library reads back the same bits, and Python opens it with its ordinary reader. */
package realnvp.file;
