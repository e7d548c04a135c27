package io.aitbc.monitoring.recipe;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RecipeSettings.class)
class RecipeConfiguration {}
