//! One hostile input, and the program run on it under limits.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::project::{POSTIL, Project, Run};

/// Processor time that a run may take, in seconds. By the clock it may take longer, since tests share the machine.
const SECONDS: u64 = 10;
/// A run that takes longer than this by the clock hangs.
const HANGS: Duration = Duration::from_secs(120);
/// The address space that a run may have, in KiB.
const KIB: u64 = 512 * 1024;

/// What the program is given.
pub(crate) type Making = Box<dyn Fn(&Project) -> Stdio + Send + Sync>;

/// One hostile input.
pub(crate) struct Case {
    /// Its name: what it is of, and what is wrong with it.
    pub(crate) name: String,
    /// The status that the program must end with.
    pub(crate) exit: i32,
    /// Why that one.
    pub(crate) why: &'static str,
    /// The arguments.
    pub(crate) args: Vec<OsString>,
    /// Makes the files in the project's folder, and gives what stands on standard input.
    pub(crate) make: Making,
}

/// What came of a case.
pub(crate) struct Outcome {
    pub(crate) run: Run,
    /// The most memory it held, in KiB, as far as that was seen.
    pub(crate) resident: u64,
    /// By the clock.
    pub(crate) took: Duration,
}

/// A case whose files `make` writes; it has nothing on standard input.
pub(crate) fn case<S: Into<OsString>>(
    name: impl Into<String>,
    exit: i32,
    why: &'static str,
    args: impl IntoIterator<Item = S>,
    make: impl Fn(&Project) + Send + Sync + 'static,
) -> Case {
    let make = move |project: &Project| {
        make(project);
        Stdio::null()
    };
    let args = args.into_iter().map(Into::into).collect();
    Case { name: name.into(), exit, why, args, make: Box::new(make) }
}

/// A small project: the documents `note` and `marks`, four codes, an annotation by another coder, an attribute.
pub(crate) fn study() -> Project {
    static STORE: OnceLock<Vec<u8>> = OnceLock::new();
    let store = STORE.get_or_init(|| {
        let project = Project::small();
        project.write("marks.txt", "Jose\u{301} \u{1f469}\u{200d}\u{1f52c} e.\n");
        for line in [
            "document add marks.txt",
            "code add trust",
            "tag note 'Norms bind' norms --note 'a note'",
            "tag note 'States speak' actors/state --coder ben",
            "document set note year=1999",
            "memo project 'A memo.'",
        ] {
            project.ok(line);
        }
        project.bytes()
    });
    let project = Project::empty();
    project.write("study.postil", store);
    project
}

/// Runs the program under the limits: `ulimit` sets them, since nothing here may be unsafe.
pub(crate) fn limited(project: &Project, args: &[OsString], input: Stdio) -> Outcome {
    let surroundings = project.command();
    let surroundings = surroundings.get_envs().filter_map(|(key, value)| Some((key, value?)));
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("ulimit -v {KIB} && ulimit -t {SECONDS} && ulimit -c 0 && exec \"$0\" \"$@\""),
            POSTIL,
        ])
        .args(args)
        .env_clear()
        .envs(surroundings)
        .env("PATH", "/usr/bin:/bin")
        .current_dir(project.folder())
        .stdin(input)
        // Into files: a pipe that nobody empties would stop the program.
        .stdout(std::fs::File::create(project.path(".out")).unwrap())
        .stderr(std::fs::File::create(project.path(".err")).unwrap());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let (status, resident) = watch(&mut child, begun);
    let took = begun.elapsed();
    let read = |name: &str| {
        let bytes = std::fs::read(project.path(name)).unwrap();
        std::fs::remove_file(project.path(name)).unwrap();
        String::from_utf8_lossy(&bytes).replace(&project.folder().display().to_string(), "$FOLDER")
    };
    Outcome { run: Run { status, out: read(".out"), err: read(".err") }, resident, took }
}

/// Waits for the end and notes the most memory seen. A run that hangs is ended, and has no status.
fn watch(child: &mut Child, begun: Instant) -> (Option<i32>, u64) {
    let mut resident = 0;
    loop {
        resident = resident.max(peak_of(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), resident);
        }
        if begun.elapsed() > HANGS {
            let _ = child.kill();
            let _ = child.wait();
            return (None, resident);
        }
        std::thread::sleep(Duration::from_millis(if begun.elapsed().as_millis() < 100 { 1 } else { 20 }));
    }
}

/// The most memory that a process has held so far, in KiB; 0 where the system does not say.
fn peak_of(process: u32) -> u64 {
    let said = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let said = said.unwrap_or_default();
    let line = said.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// A small file of the corpus, as it stands in `fixtures/hostile`.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hostile").join(name)).unwrap()
}

/// A file of this many bytes that takes no room: it reads as zeros.
pub(crate) fn sparse(project: &Project, name: &str, bytes: u64) {
    std::fs::File::create(project.path(name)).unwrap().set_len(bytes).unwrap();
}

/// Standard input that brings `head`, then `piece` again and again up to `most` bytes, from a thread.
pub(crate) fn endless(head: &'static str, piece: &'static str, most: u64) -> Stdio {
    use std::io::Write;
    let (reader, mut writer) = std::io::pipe().unwrap();
    std::thread::spawn(move || {
        let block = piece.repeat((1 << 16) / piece.len());
        let mut left = most;
        let mut going = writer.write_all(head.as_bytes()).is_ok();
        while going && left > 0 {
            // The program stops reading when it has seen enough.
            going = writer.write_all(block.as_bytes()).is_ok();
            left = left.saturating_sub(block.len() as u64);
        }
    });
    reader.into()
}

/// A named pipe at `name`.
pub(crate) fn fifo(project: &Project, name: &str) {
    let made = Command::new("mkfifo").arg(project.path(name)).status().unwrap();
    assert!(made.success(), "mkfifo");
}

/// A link at `name` to `target`.
pub(crate) fn link(project: &Project, target: &str, name: &str) {
    std::os::unix::fs::symlink(target, project.path(name)).unwrap();
}
