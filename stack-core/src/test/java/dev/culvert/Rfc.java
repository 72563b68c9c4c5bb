package dev.culvert;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** As {@code dev.culvert.kit.Rfc}, which the core's own tests cannot see because the kit depends on the core. */
@Documented
@Repeatable(Rfc.All.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Rfc {
    /** The RFC's number. */
    int number();

    /** The requirement, such as {@code MUST-13}, or the statement's number in our list; empty where neither has it. */
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
