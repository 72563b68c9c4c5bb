/**
 * The laboratory: situations that people really meet, played by the stack under virtual time, drawn as sequence diagrams, and
 * played again under other policies.
 */
package dev.culvert.kit.lab;
