//! A deed: a command that writes, the folder it is done in, and what an undisturbed run makes of that folder.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use crate::scale::{Scale, scale};
use crate::state::State;

/// The program under test.
pub(crate) const POSTIL: &str = env!("CARGO_BIN_EXE_postil");

/// The folder that a deed begins from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Room {
    /// Nothing in it.
    Empty,
    /// What `postil demo` makes: `demo.postil`, `colleagues/ben.postil`, `export/`, `export.xlsx`, `codings.csv`, `texts/`.
    Demo,
    /// `old.postil`, a store of schema 1.
    Old,
}

/// What is done to a room before it is ready.
enum Step {
    Run(&'static str),
    Keep(&'static str, &'static str),
    Write(&'static str, String),
    Edit(&'static str, fn(String) -> String),
}

/// A command that writes. See `deeds.rs` for how to add one.
pub(crate) struct Deed {
    /// What it is called in figures and failures; each has its own.
    pub(crate) name: &'static str,
    room: Room,
    steps: Vec<Step>,
    line: &'static str,
    input: Vec<u8>,
    /// Files come one after the other, and may stand for some old and some new when it is cut short.
    pub(crate) stepwise: bool,
    /// It takes so long that only the soak does it, and less often than others.
    pub(crate) heavy: bool,
}

impl Deed {
    /// The deed `name`: the command line `line` (words parted by spaces, `'…'` holds words together) in a copy of `room`.
    pub(crate) fn new(name: &'static str, room: Room, line: &'static str) -> Deed {
        Deed { name, room, steps: Vec::new(), line, input: Vec::new(), stepwise: false, heavy: false }
    }

    /// First, while nothing is disturbed, this command runs. It may end with 0 or with 3.
    pub(crate) fn after(mut self, line: &'static str) -> Deed {
        self.steps.push(Step::Run(line));
        self
    }

    /// As [`Deed::after`]; what it answers is kept in `file`.
    pub(crate) fn after_keeping(mut self, file: &'static str, line: &'static str) -> Deed {
        self.steps.push(Step::Keep(file, line));
        self
    }

    /// The room has this file too, in a folder that is made for it.
    pub(crate) fn with_file(mut self, file: &'static str, text: impl Into<String>) -> Deed {
        self.steps.push(Step::Write(file, text.into()));
        self
    }

    /// A file that is there by now is rewritten.
    pub(crate) fn with_edit(mut self, file: &'static str, edit: fn(String) -> String) -> Deed {
        self.steps.push(Step::Edit(file, edit));
        self
    }

    /// The command reads this from standard input.
    pub(crate) fn fed(mut self, input: impl Into<Vec<u8>>) -> Deed {
        self.input = input.into();
        self
    }

    /// It writes several files that are no unit: cut short, each of them is whole, but some are old and some are new.
    pub(crate) fn in_steps(mut self) -> Deed {
        self.stepwise = true;
        self
    }

    /// It is one of those that take long.
    pub(crate) fn heavy(mut self) -> Deed {
        self.heavy = true;
        self
    }

    /// `usual` for most deeds, a tenth for a heavy one.
    pub(crate) fn share(&self, usual: usize) -> usize {
        if self.heavy { usual.div_ceil(10) } else { usual }
    }
}

/// A deed with its room made, and with what comes of it.
pub(crate) struct Prepared<'w> {
    /// The deed.
    pub(crate) deed: &'w Deed,
    template: PathBuf,
    /// What is in the room at first.
    pub(crate) before: State,
    /// What an undisturbed run leaves there.
    pub(crate) after: State,
    /// The exit status of an undisturbed run: 0, or 3 where it finds something.
    pub(crate) status: i32,
    /// What an undisturbed run answers.
    pub(crate) answer: Vec<u8>,
}

/// A copy of a deed's room, in which it is done once.
pub(crate) struct Scene {
    folder: PathBuf,
}

/// Does `work` for each deed, in workshops of their own, and returns what comes of it in the order of the deeds. `work` is
/// given the number of the deed too. In a soak the deeds are shared out among the cores; in the gate other tests use those.
pub(crate) fn for_each<R: Send>(
    deeds: &[Deed],
    work: impl Fn(usize, &Deed, &Workshop) -> R + Sync,
) -> Vec<R> {
    let cores = match scale() {
        Scale::Gate => 1,
        Scale::Soak => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let workshop = Workshop::new();
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let Some(deed) = deeds.get(number) else { break };
                    let outcome = work(number, deed, &workshop);
                    done.lock().unwrap().push((number, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Where rooms are made and copied; it goes with all of them when it is dropped.
pub(crate) struct Workshop {
    folder: TempDir,
    rooms: RefCell<HashMap<Room, PathBuf>>,
    made: Cell<usize>,
}

impl Workshop {
    /// An empty one, in memory where the system has a place for that: thousands of copies are made.
    pub(crate) fn new() -> Workshop {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap();
        Workshop { folder, rooms: RefCell::default(), made: Cell::default() }
    }

    /// A new name for a folder in it.
    pub(crate) fn place(&self, what: &str) -> PathBuf {
        self.made.set(self.made.get() + 1);
        // SQLite and the program are given the path as it is, whatever links lead to it.
        self.folder.path().canonicalize().unwrap().join(format!("{what}-{}", self.made.get()))
    }

    /// Makes the room of `deed`, and does it once undisturbed.
    pub(crate) fn prepare<'w>(&self, deed: &'w Deed) -> Prepared<'w> {
        let template = self.place("template");
        copy(&self.room(deed.room), &template);
        let scene = Scene { folder: template.clone() };
        for step in &deed.steps {
            match step {
                Step::Run(line) => drop(scene.must(line)),
                Step::Keep(file, line) => std::fs::write(scene.path(file), scene.must(line).stdout).unwrap(),
                Step::Write(file, text) => {
                    std::fs::create_dir_all(scene.path(file).parent().unwrap()).unwrap();
                    write_private(&scene.path(file), text.as_bytes());
                }
                Step::Edit(file, edit) => {
                    let text = std::fs::read_to_string(scene.path(file)).unwrap();
                    std::fs::write(scene.path(file), edit(text)).unwrap();
                }
            }
        }
        let mut prepared = Prepared {
            deed,
            template,
            before: State::default(),
            after: State::default(),
            status: 0,
            answer: Vec::new(),
        };
        let scene = prepared.scene(self);
        prepared.before = scene.state();
        let run = scene.run(deed);
        prepared.status = run.status.code().unwrap();
        assert!([0, 3].contains(&prepared.status), "{}: {}", deed.name, said(&run));
        prepared.answer = run.stdout;
        prepared.after = scene.state();
        assert_eq!(prepared.after.leftovers, Vec::<String>::new(), "{}: left behind", deed.name);
        prepared
    }

    /// A scene without anything, not even its folders.
    pub(crate) fn bare_scene(&self) -> Scene {
        let folder = self.place("scene");
        std::fs::create_dir_all(&folder).unwrap();
        Scene { folder }
    }

    fn room(&self, room: Room) -> PathBuf {
        if let Some(made) = self.rooms.borrow().get(&room) {
            return made.clone();
        }
        let scene = Scene { folder: self.place("room") };
        std::fs::create_dir_all(scene.work()).unwrap();
        std::fs::create_dir_all(scene.temporary()).unwrap();
        match room {
            Room::Empty => {}
            Room::Demo => {
                scene.must("demo there");
                let there = scene.path("there");
                for entry in std::fs::read_dir(&there).unwrap() {
                    let from = entry.unwrap().path();
                    std::fs::rename(&from, scene.path(from.file_name().unwrap().to_str().unwrap())).unwrap();
                }
                std::fs::remove_dir(there).unwrap();
            }
            Room::Old => {
                let root = Path::new(env!("CARGO_MANIFEST_DIR"));
                std::fs::copy(root.join("fixtures/stores/schema-1.postil"), scene.path("old.postil"))
                    .unwrap();
            }
        }
        self.rooms.borrow_mut().insert(room, scene.folder.clone());
        scene.folder
    }
}

impl Prepared<'_> {
    /// A fresh copy of the room. Remove it with [`Scene::clear`].
    pub(crate) fn scene(&self, workshop: &Workshop) -> Scene {
        let folder = workshop.place("scene");
        copy(&self.template, &folder);
        Scene { folder }
    }
}

impl Scene {
    /// The folder that the command works in.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// The folder for what the command wants to keep for a moment (`TMPDIR`).
    pub(crate) fn temporary(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    /// The folder around both: everything that the command may write is in it.
    pub(crate) fn whole(&self) -> &Path {
        &self.folder
    }

    /// A path within the working folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.work().join(name)
    }

    /// What there is now.
    pub(crate) fn state(&self) -> State {
        State::read(&self.work())
    }

    /// `program` in this scene: coder `ana` at 2026-01-31T12:00:00Z, with nothing of the environment around the tests.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .current_dir(self.work())
            .env_clear()
            .env("POSTIL_NOW", "2026-01-31T12:00:00Z")
            .env("POSTIL_SEED", "7")
            .env("POSTIL_CODER", "ana")
            .env("POSTIL_CONFIG", self.path("config.toml"))
            .env("HOME", self.work())
            .env("TMPDIR", self.temporary())
            .env("COLUMNS", "100")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Does the deed undisturbed.
    pub(crate) fn run(&self, deed: &Deed) -> Output {
        self.start(self.command(POSTIL), deed).wait_with_output().unwrap()
    }

    /// Starts `command` with the words of the deed and its input.
    pub(crate) fn start(&self, mut command: Command, deed: &Deed) -> Child {
        command.args(words(deed.line));
        if deed.input.is_empty() {
            return command.spawn().unwrap();
        }
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        // What is fed here fits into a pipe, so that nobody waits for anybody; the program may end without reading it.
        assert!(deed.input.len() <= 1 << 16, "{}: too much for a pipe", deed.name);
        let _ = child.stdin.take().unwrap().write_all(&deed.input);
        child
    }

    /// Runs a command line that must end with 0 or 3.
    pub(crate) fn must(&self, line: &str) -> Output {
        let output = self.command(POSTIL).args(words(line)).output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 3)), "{line}: {}", said(&output));
        output
    }

    /// Removes the scene.
    pub(crate) fn clear(self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// What a run said and how it ended, for a failure.
pub(crate) fn said(output: &Output) -> String {
    let [out, err] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    format!("{}\n{out}--- stderr\n{err}", output.status)
}

/// A command line in words, parted by spaces; `'…'` holds words together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Writes a file as the program does, for its owner alone: a secret that others may read is refused.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}
