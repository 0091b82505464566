//! The user's configuration file: a few settings that hold in every project.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::actions::files::NewFile;
use crate::domain::name::check_handle;
use crate::error::{Error, Result};
use crate::ui::ColorMode;

/// The settings a configuration file may hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The handle to code under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coder: Option<String>,
    /// `auto`, `always` or `never`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// The store to use where none is named or found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
}

/// The name of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigKey {
    /// `coder`
    Coder,
    /// `color`
    Color,
    /// `store`
    Store,
}

impl ConfigKey {
    /// All settings, in the order they are shown.
    pub const ALL: [ConfigKey; 3] = [ConfigKey::Coder, ConfigKey::Color, ConfigKey::Store];

    /// The name as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            ConfigKey::Coder => "coder",
            ConfigKey::Color => "color",
            ConfigKey::Store => "store",
        }
    }

    /// The setting called `name`.
    ///
    /// # Errors
    /// When there is none; the error names the near ones.
    pub fn parse(name: &str) -> Result<ConfigKey> {
        ConfigKey::ALL.into_iter().find(|key| key.name() == name).ok_or_else(|| {
            Error::refused(format!("there is no setting `{name}`"))
                .did_you_mean(name, ConfigKey::ALL.iter().map(|key| key.name()))
                .hint("`postil config` lists the settings")
        })
    }
}

impl Config {
    /// Reads the file at `path`. No path or no file is a configuration that says nothing.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, or says something that is no setting.
    pub fn read(path: Option<&Path>) -> Result<Config> {
        let Some(path) = path else { return Ok(Config::default()) };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
            Err(source) => {
                return Err(Error::io(format!("`{}` cannot be read", path.display()), source)
                    .hint("it holds your settings; `POSTIL_CONFIG=FILE` names another"));
            }
        };
        let config: Config = toml::from_str(&text).map_err(|source| {
            Error::refused(format!("`{}` is not a configuration of postil", path.display()))
                .caused_by(source.message().to_owned())
                .hint("mend the file, or move it away and set its values anew with `postil config KEY VALUE`")
        })?;
        if let Some(color) = &config.color {
            parse_color(color)?;
        }
        Ok(config)
    }

    /// The value of `key`.
    pub fn get(&self, key: ConfigKey) -> Option<&str> {
        match key {
            ConfigKey::Coder => self.coder.as_deref(),
            ConfigKey::Color => self.color.as_deref(),
            ConfigKey::Store => self.store.as_deref(),
        }
    }

    /// Gives `key` a value, or takes it away.
    ///
    /// # Errors
    /// When `key` cannot have that value.
    pub fn set(&mut self, key: ConfigKey, value: Option<String>) -> Result<()> {
        if value.as_ref().is_some_and(String::is_empty) {
            return Err(Error::refused(format!("`{}` cannot be empty", key.name()))
                .hint(format!("to take it away: `postil config {} --unset`", key.name())));
        }
        match key {
            ConfigKey::Coder => {
                value.as_deref().map(check_handle).transpose()?;
                self.coder = value;
            }
            ConfigKey::Color => {
                value.as_deref().map(parse_color).transpose()?;
                self.color = value;
            }
            ConfigKey::Store => self.store = value,
        }
        Ok(())
    }

    /// The colour mode it asks for.
    pub fn color_mode(&self) -> ColorMode {
        // What was read or set has been checked; a value made otherwise counts as unsaid.
        self.color.as_deref().and_then(|color| parse_color(color).ok()).unwrap_or_default()
    }

    /// Writes the file at `path`, readable by its owner only: beside it first, then renamed over it.
    ///
    /// # Errors
    /// When the file or its folder cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = toml::to_string(self)
            .map_err(|source| Error::internal("the configuration has no TOML form").caused_by(source))?;
        let failed = |source| Error::io(format!("`{}` cannot be written", path.display()), source);
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut file = NewFile::create(path, true)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.persist()
    }
}

fn parse_color(text: &str) -> Result<ColorMode> {
    match text {
        "auto" => Ok(ColorMode::Auto),
        "always" => Ok(ColorMode::Always),
        "never" => Ok(ColorMode::Never),
        _ => Err(Error::refused(format!("`{text}` is no way to colour"))
            .hint("one of `auto`, `always`, `never`: `postil config color auto`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/config.toml");
        let mut config = Config::default();
        config.set(ConfigKey::Coder, Some("ana\"x\"".to_owned())).unwrap();
        config.set(ConfigKey::Color, Some("never".to_owned())).unwrap();
        config.write(&path).unwrap();
        assert_eq!(Config::read(Some(&path)).unwrap(), config);
        assert_eq!(config.color_mode(), ColorMode::Never);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_says_what_is_no_setting_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        for text in ["colour = \"never\"", "color = \"pink\"", "coder = 7", "not toml"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(Config::read(Some(&path)).unwrap_err().kind(), crate::ErrorKind::Refused, "{text}");
        }
    }

    #[test]
    fn an_unknown_setting_offers_the_near_one() {
        let error = ConfigKey::parse("codr").unwrap_err();
        assert!(error.hints()[0].contains("`coder`"), "{error:?}");
    }
}
