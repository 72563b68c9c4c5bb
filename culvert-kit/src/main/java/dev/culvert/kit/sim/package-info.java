/** Several stacks under one virtual clock, over links that lose, double, reorder, delay and damage packets; one seed, one run. */
package dev.culvert.kit.sim;
