//! `postil config [KEY [VALUE]] [--unset]`

use std::path::Path;

use super::{Config, ConfigKey, Context, Status};
use crate::cli::ConfigArgs;
use crate::error::{Error, Result};
use crate::ui::{Cell, Column, Format, Listing};

pub(super) fn run(args: ConfigArgs, context: &mut Context) -> Result<Status> {
    let Some(name) = args.key else {
        show_all(context)?;
        return Ok(Status::Done);
    };
    let key = ConfigKey::parse(&name)?;
    match args.value {
        None if args.unset => change(context, key, None)?,
        None => show_one(context, key)?,
        Some(value) => change(context, key, Some(value))?,
    }
    Ok(Status::Done)
}

/// Every setting with its value and with what gave it that value.
fn show_all(context: &mut Context) -> Result<()> {
    let rows = ConfigKey::ALL.into_iter().map(|key| effective(context, key)).collect::<Result<Vec<_>>>()?;
    let columns =
        [Column::text("key", "Setting"), Column::text("value", "Value"), Column::text("source", "From")];
    let format = if context.ui.stdout_is_terminal() { Format::Table } else { Format::Plain };
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for (key, (value, source)) in ConfigKey::ALL.into_iter().zip(rows) {
        listing.row(&[key.name().into(), Cell::from(value), Cell::from(source)])?;
    }
    listing.finish()?;
    let file = match &context.env.config_file {
        Some(file) => format!("the file is {}", file.display()),
        None => "there is no file: this user has no home directory".to_owned(),
    };
    context.ui.status(file);
    Ok(())
}

fn show_one(context: &mut Context, key: ConfigKey) -> Result<()> {
    let (value, _) = effective(context, key)?;
    match value {
        Some(value) => {
            let shown = context.ui.shown(&value).into_owned();
            context.ui.answer(shown)
        }
        None => Err(Error::refused(format!("`{}` is not set", key.name()))
            .hint(format!("to set it: `postil config {} VALUE`", key.name()))),
    }
}

/// The value that holds now, and what gave it.
fn effective(context: &Context, key: ConfigKey) -> Result<(Option<String>, String)> {
    let env = &context.env;
    let path = |path: &Path| path.display().to_string();
    let (flag, variable, otherwise) = match key {
        ConfigKey::Coder => (
            context.coder_option.clone(),
            env.coder.clone(),
            env.login.clone().map(|name| (name, "login name")),
        ),
        ConfigKey::Store => (context.store_option.as_deref().map(path), env.store.as_deref().map(path), None),
        ConfigKey::Color => {
            let variable = env.terminal.no_color.then(|| "never".to_owned());
            (None, variable, Some(("auto".to_owned(), "default")))
        }
    };
    if let Some(value) = flag {
        return Ok((Some(value), format!("--{}", key.name())));
    }
    if let Some(value) = variable {
        let name = match key {
            ConfigKey::Coder => "POSTIL_CODER",
            ConfigKey::Store => "POSTIL_STORE",
            ConfigKey::Color => "NO_COLOR or TERM",
        };
        return Ok((Some(value), name.to_owned()));
    }
    if let Some(value) = context.config()?.get(key) {
        return Ok((Some(value.to_owned()), "configuration".to_owned()));
    }
    Ok(match otherwise {
        Some((value, source)) => (Some(value), source.to_owned()),
        None => (None, "not set".to_owned()),
    })
}

fn change(context: &mut Context, key: ConfigKey, value: Option<String>) -> Result<()> {
    let Some(file) = context.env.config_file.clone() else {
        return Err(Error::refused("there is no place for a configuration: this user has no home directory")
            .hint("name a file: `POSTIL_CONFIG=/path/to/config.toml postil config …`"));
    };
    let value = match (key, value) {
        // A relative path would mean another store in every folder.
        (ConfigKey::Store, Some(store)) if !store.is_empty() => {
            Some(context.env.cwd.join(store).display().to_string())
        }
        (_, value) => value,
    };
    let mut config = Config::read(Some(&file))?;
    config.set(key, value.clone())?;
    config.write(&file)?;
    context.ui.status(match value {
        Some(value) => format!("`{}` is `{value}` from now on", key.name()),
        None => format!("`{}` is no longer set", key.name()),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;
    use crate::ui::{ColorMode, Ui};

    fn run_with(env: &Env, words: [Option<&str>; 2], unset: bool) -> Result<Status> {
        let ui = Ui::with_streams(
            env,
            ColorMode::Never,
            true,
            Box::new(std::io::sink()),
            Box::new(std::io::sink()),
        );
        let mut context = Context::new(env.clone(), ui, None, None);
        let [key, value] = words.map(|word| word.map(str::to_owned));
        run(ConfigArgs { key, value, unset }, &mut context)
    }

    #[test]
    fn a_setting_is_kept_and_can_be_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let env = Env { config_file: Some(file.clone()), login: None, ..Env::fixed("/project") };
        run_with(&env, [Some("coder"), Some("cleo")], false).unwrap();
        run_with(&env, [Some("store"), Some("a.postil")], false).unwrap();
        let config = Config::read(Some(&file)).unwrap();
        assert_eq!(
            (config.coder.as_deref(), config.store.as_deref()),
            (Some("cleo"), Some("/project/a.postil"))
        );
        run_with(&env, [Some("coder"), None], true).unwrap();
        assert_eq!(Config::read(Some(&file)).unwrap().coder, None);
        assert!(run_with(&env, [Some("coder"), None], false).is_err());
    }

    #[test]
    fn a_wrong_value_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let env = Env { config_file: Some(folder.path().join("config.toml")), ..Env::fixed("/project") };
        for wrong in
            [[Some("color"), Some("pink")], [Some("coder"), Some("")], [Some("colour"), Some("auto")]]
        {
            assert_eq!(run_with(&env, wrong, false).unwrap_err().kind(), crate::ErrorKind::Refused);
        }
        assert!(!folder.path().join("config.toml").exists());
    }
}
