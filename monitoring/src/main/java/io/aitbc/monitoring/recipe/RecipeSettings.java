package io.aitbc.monitoring.recipe;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the user's own recipes are.
 *
 * @param dir RECIPES_DIR: a folder of {@code *.yml}, read at the start; empty when there is none
 */
@ConfigurationProperties("monitoring.recipe")
record RecipeSettings(String dir) {

    RecipeSettings {
        RecipeFolder.read(dir);
    }
}
