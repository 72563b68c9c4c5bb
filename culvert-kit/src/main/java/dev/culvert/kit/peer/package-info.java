/** A peer that costs nothing, for measurements. */
package dev.culvert.kit.peer;
