/** Peers that cost nothing, for measurements, and peers that mean harm. */
package dev.culvert.kit.peer;
