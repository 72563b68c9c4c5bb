/** What tests and experiments around the stack share: seeded entropy, byte patterns, and the names of requirements. */
package dev.culvert.kit;
