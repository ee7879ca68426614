/** A trained flow as a file, which this library reads to the last bit, and Python with its ordinary reader. */
package realnvp.file;
