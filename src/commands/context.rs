//! What every command is given.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::Config;
use crate::actions::passages::as_typed;
use crate::actions::{Access, Session, Surroundings, Who, find_store, no_store};
use crate::env::Env;
use crate::error::Result;
use crate::ui::Ui;

/// What every command is given: its surroundings, its face, and the options that stand before any command.
pub struct Context {
    /// Clock, user, terminal, directories.
    pub env: Env,
    /// Standard output and standard error.
    pub ui: Ui,
    /// `--store`, as typed.
    pub store_option: Option<PathBuf>,
    /// `--coder`, as typed.
    pub coder_option: Option<String>,
    config: OnceCell<Config>,
}

impl Context {
    /// A context in which no configuration has been read yet.
    pub fn new(env: Env, ui: Ui, store_option: Option<PathBuf>, coder_option: Option<String>) -> Context {
        Context { env, ui, store_option, coder_option, config: OnceCell::new() }
    }

    /// The user's configuration, read at the first call: most commands are told all they need without it.
    ///
    /// # Errors
    /// When the file is there and cannot be read or understood.
    pub fn config(&self) -> Result<&Config> {
        match self.config.get() {
            Some(config) => Ok(config),
            None => {
                let config = Config::read(self.env.config_file.as_deref())?;
                Ok(self.config.get_or_init(|| config))
            }
        }
    }

    /// The store the person named: `--store`, else `POSTIL_STORE`; a relative path is under the current folder.
    /// `None` asks for a search through the folders.
    pub fn named_store(&self) -> Option<PathBuf> {
        self.store_option.as_ref().or(self.env.store.as_ref()).map(|path| self.env.cwd.join(path))
    }

    /// The store of the configuration, for when none was named and none was found: a store at hand is nearer to
    /// what the person means than a setting of long ago.
    ///
    /// # Errors
    /// As [`Context::config`].
    pub fn fallback_store(&self) -> Result<Option<PathBuf>> {
        Ok(self.config()?.store.as_ref().map(|path| self.env.cwd.join(path)))
    }

    /// The store to work on, and the person at work: every command but `init` begins here.
    ///
    /// # Errors
    /// When no store is found or it cannot be opened; as [`Context::config`].
    pub fn open(&mut self, access: Access) -> Result<Session> {
        let path = match self.named_store() {
            Some(path) => path,
            None => match find_store(&self.env.cwd)? {
                Some(path) => path,
                None => self.fallback_store()?.ok_or_else(no_store)?,
            },
        };
        let session = Session::open(&path, access, self.who()?)?;
        if access == Access::Write {
            let path = session.store.path().to_path_buf();
            self.warn_of(&session.store.surroundings(), &path);
        }
        Ok(session)
    }

    /// Says loudly, also under `--quiet`, where a store may come to harm: before it is written, not after.
    fn warn_of(&mut self, surroundings: &Surroundings, path: &Path) {
        let shown = path.strip_prefix(&self.env.cwd).unwrap_or(path).display().to_string();
        if let Some(network) = surroundings.network {
            self.ui.warn(format!(
                "`{shown}` is on a network file system ({network}), where locks may fail: two who write at once can destroy it"
            ));
            self.ui.hint(
                "keep the store on a local disk, everybody their own, and bring the work together with `postil merge`",
            );
        }
        for copy in &surroundings.copies {
            let copy = path.with_file_name(copy);
            let copy = copy.strip_prefix(&self.env.cwd).unwrap_or(&copy).display().to_string();
            self.ui.warn(format!(
                "`{copy}` is a copy of `{shown}` that a cloud folder made when both were written: what is in it is not in the store"
            ));
            self.ui.hint(format!(
                "`postil --store {} merge {}` brings it in; then remove the copy",
                as_typed(&shown),
                as_typed(&copy)
            ));
        }
    }

    /// Who is at work, and when.
    ///
    /// # Errors
    /// As [`Context::config`].
    pub fn who(&self) -> Result<Who> {
        let [high, low] = [self.env.id_seed >> 64, self.env.id_seed].map(|half| half as u64);
        Ok(Who { coder: self.coder_handle()?, now: self.env.now_ms(), seed: high ^ low })
    }

    /// The handle the person codes under: `--coder`, else `POSTIL_CODER`, else the configuration, else the login
    /// name. `None` when nothing says.
    ///
    /// # Errors
    /// As [`Context::config`].
    pub fn coder_handle(&self) -> Result<Option<String>> {
        if let Some(handle) = self.coder_option.as_ref().or(self.env.coder.as_ref()) {
            return Ok(Some(handle.clone()));
        }
        Ok(self.config()?.coder.clone().or_else(|| self.env.login.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::ColorMode;

    fn context(env: Env, coder: Option<&str>, store: Option<&str>) -> Context {
        let ui = Ui::with_streams(
            &env,
            ColorMode::Never,
            false,
            Box::new(std::io::sink()),
            Box::new(std::io::sink()),
        );
        Context::new(env, ui, store.map(PathBuf::from), coder.map(str::to_owned))
    }

    #[test]
    fn a_network_file_system_is_warned_of_even_where_nothing_else_is_said() {
        let said = Shared::default();
        let env = Env::fixed("/project");
        let streams = (Box::new(std::io::sink()), Box::new(said.clone()));
        let ui = Ui::with_streams(&env, ColorMode::Never, true, streams.0, streams.1);
        let mut context = Context::new(env, ui, None, None);
        let surroundings = Surroundings { network: Some("NFS"), copies: Vec::new() };
        context.warn_of(&surroundings, Path::new("/project/study.postil"));
        let said = String::from_utf8(said.0.borrow().clone()).unwrap();
        assert!(said.starts_with("warning: `study.postil` is on a network file system (NFS)"), "{said}");
        context.warn_of(&Surroundings::default(), Path::new("/project/study.postil"));
    }

    /// Standard error that can be looked at.
    #[derive(Clone, Default)]
    struct Shared(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

    impl std::io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_flag_beats_the_variable_the_variable_the_file_and_the_file_the_login() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let mut env = Env { config_file: Some(file.clone()), ..Env::fixed("/project") };
        assert_eq!(context(env.clone(), None, None).coder_handle().unwrap().as_deref(), Some("ana"));
        std::fs::write(&file, "coder = \"cleo\"\nstore = \"c.postil\"\n").unwrap();
        assert_eq!(context(env.clone(), None, None).coder_handle().unwrap().as_deref(), Some("cleo"));
        assert_eq!(context(env.clone(), None, None).named_store(), None);
        assert_eq!(
            context(env.clone(), None, None).fallback_store().unwrap(),
            Some("/project/c.postil".into())
        );
        env.coder = Some("ben".to_owned());
        env.store = Some("/b.postil".into());
        assert_eq!(context(env.clone(), None, None).coder_handle().unwrap().as_deref(), Some("ben"));
        assert_eq!(context(env.clone(), None, None).named_store(), Some("/b.postil".into()));
        let told = context(env, Some("dora"), Some("d.postil"));
        assert_eq!(told.coder_handle().unwrap().as_deref(), Some("dora"));
        assert_eq!(told.named_store(), Some("/project/d.postil".into()));
    }
}
