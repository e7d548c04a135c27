package io.aitbc.service.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Refuses JSON with a field that the annotated type does not have. Elsewhere such fields are ignored, so that old services
 * understand new callers; where one misspelt name changes what somebody owes, it is an error.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface KnownFieldsOnly {}
