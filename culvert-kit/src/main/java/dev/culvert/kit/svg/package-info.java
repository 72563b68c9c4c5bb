/** Pictures without measured fonts: the same on every machine. */
package dev.culvert.kit.svg;
