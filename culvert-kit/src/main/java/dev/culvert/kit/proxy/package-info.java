/**
 * The peer of packetdrill's plug-in {@code pd_proxy.c}: socket calls and packets of the real packetdrill come in over a unix
 * socket and are played on a stack in this process, under packetdrill's virtual clock or under the real one.
 */
package dev.culvert.kit.proxy;
