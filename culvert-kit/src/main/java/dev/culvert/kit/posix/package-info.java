/**
 * Linux's socket calls on a stack under virtual time. Packet scripts, the peer of the real packetdrill and tests stand on
 * it. A call that would block stays open while packets and time go on.
 */
package dev.culvert.kit.posix;
