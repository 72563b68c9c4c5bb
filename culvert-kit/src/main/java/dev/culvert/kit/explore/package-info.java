/** Exhaustive exploration of small worlds: every interleaving of delivery, loss and duplication within a budget. */
package dev.culvert.kit.explore;
