/**
 * Packet scripts in Java under virtual time: {@link dev.culvert.kit.script.Script} is the language,
 * {@link dev.culvert.kit.script.VirtualStack} the engine below it, {@link dev.culvert.kit.script.WireLaws} what holds for every
 * segment whatever the script says.
 */
package dev.culvert.kit.script;
