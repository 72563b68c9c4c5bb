/** Packets as packet scripts see them, written and read without the stack's own code. */
package dev.culvert.kit.packet;
