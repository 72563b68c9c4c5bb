/**
 * Packet scripts in packetdrill's language, run against the real stack in this process and under virtual time. {@link
 * dev.culvert.kit.packetdrill.PacketScripts} is the way in; the language stands in {@code docs/packet-scripts.md}. From
 * text to run: {@code Lexer}, {@code ScriptParser} (with {@code PacketParser} and {@code ExpressionParser}), {@code
 * PacketScript}; then {@code ScriptRun} with {@code PacketPlayer} for packets, {@code CallPlayer} for system calls, {@code
 * Commands} for back-quoted settings and {@code Snippet} for assertions.
 */
package dev.culvert.kit.packetdrill;
