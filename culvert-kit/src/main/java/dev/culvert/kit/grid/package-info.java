/** A grid of paths by loss, round-trip time, rate and reordering, and what each congestion control makes of them. */
package dev.culvert.kit.grid;
