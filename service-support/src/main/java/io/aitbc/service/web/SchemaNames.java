package io.aitbc.service.web;

import io.swagger.v3.core.jackson.TypeNameResolver;

/** Names types in the API description: nested ones with the type around them, for many are called Report or Said. */
final class SchemaNames extends TypeNameResolver {

    @Override
    protected String getNameOfClass(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        return around == null ? type.getSimpleName() : getNameOfClass(around) + type.getSimpleName();
    }
}
