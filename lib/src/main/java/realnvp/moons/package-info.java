/** Two moons: samples, the exact density and the entropy, which is the smallest loss that any model can reach. */
package realnvp.moons;
