//! The tracer (`tracer.c`): counts the calls of a program that write, and spoils one of them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use crate::deed::{Deed, POSTIL, Scene};

/// A call, as the tracer reports it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Its number, from 1: what the tracer is told to spoil.
    pub(crate) number: usize,
    /// `open` (for reading), `open-write`, `create`, `write`, `sync`, `truncate`, `unlink`, `rename`, `link`, `mkdir`,
    /// `rmdir`, `copy`, `chmod`, `chown`, `allocate`.
    pub(crate) what: String,
    /// What the system answered; below 0: an error.
    pub(crate) result: i64,
    /// Where in the file, in bytes.
    pub(crate) offset: u64,
    /// A file was made by it.
    pub(crate) fresh: bool,
    /// The new length of a file that was truncated, in bytes.
    pub(crate) length: u64,
    /// The flags of an `open`, or of an `unlink`.
    pub(crate) flags: i64,
    /// The file; `stdout` for standard output.
    pub(crate) path: PathBuf,
    /// The new name, of a `rename` or `link`.
    pub(crate) to: PathBuf,
    /// What was written, when that was asked for.
    pub(crate) bytes: Vec<u8>,
}

/// The tracer, if it can run here; else why not.
pub(crate) fn tracer() -> Result<&'static Path, &'static str> {
    static TRACER: LazyLock<Result<PathBuf, String>> = LazyLock::new(build);
    TRACER.as_deref().map_err(String::as_str)
}

fn build() -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the tracer of system calls is for Linux on x86-64".to_owned());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/tracer.c");
    let (draft, tracer) = (folder.join(format!("tracer-{}", std::process::id())), folder.join("tracer"));
    let built = Command::new("cc").args(["-O2", "-Wall", "-Werror", "-o"]).arg(&draft).arg(source).output();
    let built = built.map_err(|cause| format!("there is no C compiler for the tracer: {cause}"))?;
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    std::fs::rename(draft, &tracer).unwrap();
    let tried = Command::new(&tracer).args(["/", "-", "none", "0", POSTIL, "--version"]).output().unwrap();
    if tried.status.success() {
        Ok(tracer)
    } else {
        Err(format!("no process may watch another here: {}", String::from_utf8_lossy(&tried.stderr).trim()))
    }
}

/// Does `deed` under the tracer: `action` at call number `at`.
pub(crate) fn spoiled(scene: &Scene, deed: &Deed, action: &str, at: usize) -> Output {
    run(scene, deed, "-", action, at)
}

/// Does `deed` undisturbed, and returns its calls; with the bytes that they wrote, if `with_bytes`.
pub(crate) fn traced(scene: &Scene, deed: &Deed, with_bytes: bool) -> (Output, Vec<Call>) {
    let log = scene.whole().with_extension("log");
    let plus = if with_bytes { "+" } else { "" };
    let output = run(scene, deed, &format!("{plus}{}", log.display()), "none", 0);
    let bytes = std::fs::read(&log).unwrap();
    std::fs::remove_file(log).unwrap();
    (output, parse(&bytes, with_bytes))
}

fn run(scene: &Scene, deed: &Deed, log: &str, action: &str, at: usize) -> Output {
    let mut command = scene.command(tracer().unwrap());
    command.arg(scene.whole()).args([log, action, &at.to_string(), POSTIL]);
    command.stdin(Stdio::null());
    scene.start(command, deed).wait_with_output().unwrap()
}

/// Reads the report: a line for each call, and after it the bytes that it wrote.
fn parse(mut report: &[u8], with_bytes: bool) -> Vec<Call> {
    let mut calls = Vec::new();
    while let Some(end) = report.iter().position(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(&report[..end]).unwrap();
        report = &report[end + 1..];
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |cell: usize| cells[cell].parse::<i64>().unwrap();
        let what = cells[1].to_owned();
        let length = if with_bytes && matches!(&*what, "write" | "copy") { number(4) as usize } else { 0 };
        let (bytes, rest) = report.split_at(length);
        report = rest;
        calls.push(Call {
            number: number(0) as usize,
            what,
            result: number(2),
            offset: number(3) as u64,
            length: number(4) as u64,
            fresh: cells[5] == "1",
            flags: number(6),
            path: cells[7].into(),
            to: cells[8].into(),
            bytes: bytes.to_vec(),
        });
    }
    calls
}
