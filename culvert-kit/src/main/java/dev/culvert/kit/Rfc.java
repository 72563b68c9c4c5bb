package dev.culvert.kit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the requirement that a test proves; the coverage table is generated from these. */
@Documented
@Repeatable(Rfc.All.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Rfc {
    /** The RFC's number. */
    int number();

    /** The requirement's own label, such as {@code MUST-13} in RFC 9293; empty where the RFC has none. */
    String id() default "";

    /** The section that states it, such as {@code 3.10.7.4}. */
    String section() default "";

    /** Several requirements on one test. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.TYPE})
    @interface All {
        /** The requirements. */
        Rfc[] value();
    }
}
