/** Scenarios: stacks, links and applications in a file; played under virtual time with a seed, summed up afterwards. */
package dev.culvert.kit.scenario;
