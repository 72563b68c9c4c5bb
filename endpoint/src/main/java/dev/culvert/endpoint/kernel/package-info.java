/**
 * The kernel of this machine as the thing under test: its sockets in a private network of their own, its packets through a
 * TUN interface, in real time. Packet scripts that run against Culvert run against it unchanged.
 */
package dev.culvert.endpoint.kernel;
