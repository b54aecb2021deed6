"""What is still open about a form: mistakes of its files, contradictions of its rows, questions nobody answered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from baocao.catalogue import Form
from baocao.catalogue.cross_check import read_folder
from baocao.catalogue.folder_files import FolderFiles
from baocao.catalogue.model import YamlModel
from baocao.catalogue.survey import examine_others
from baocao.catalogue.yaml_files import FolderReading, YamlFile
from baocao.errors import ConfigError
from baocao.forms.drafting.contradictions import find_contradictions
from baocao.forms.drafting.units import MeasureWords
from baocao.forms.drafting.yaml_files import QUESTIONS
from baocao.messages import say_unknown


class OpenQuestion(YamlModel):
    """A question of a draft as it stands in its file."""

    row: str = ""
    topic: str
    asks: str
    taken: str
    why: str = ""
    sure: str = ""
    others: tuple[str, ...] = ()
    done: bool = False


class QuestionFile(YamlModel):
    """The file `questions.yaml` of a draft."""

    form: str
    questions: tuple[OpenQuestion, ...] = Field(default_factory=tuple)


@dataclass(frozen=True)
class FormReview:
    """`mistakes` are told file by file; `contradictions` stand with the row they are of."""

    form_codes: tuple[str, ...]
    mistakes: tuple[str, ...] = ()
    contradictions: tuple[tuple[str, str, str], ...] = ()
    questions: tuple[OpenQuestion, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        return not (self.mistakes or self.contradictions or self.questions)


def check_form(config_dir: Path, asked: str) -> FormReview:
    """Of a draft's folder, or of a form of the configuration by its code. Raise ConfigError where it is neither."""
    folder = Path(asked)
    over = folder if (folder / "forms").is_dir() else None
    reading = FolderReading(config_dir, over)
    files = read_folder(reading)
    if over is not None:
        codes = tuple(sorted(path.stem for path in (folder / "forms").glob("*.yaml")))
    elif folder.is_dir():
        raise ConfigError(f"{asked}: không phải thư mục bản thảo, vì không có thư mục forms trong đó")
    elif f"forms/{asked}.yaml" in files.texts:
        codes = (asked,)
    else:
        known = [Path(name).stem for name in files.texts if name.startswith("forms/")]
        raise ConfigError(f"{say_unknown('biểu mẫu hay thư mục bản thảo', asked, known)}")
    questions = tuple(_read_questions(reading, folder)) if over is not None else ()
    if reading.told:
        examine_others(reading, files)
    forms = [(code, files.forms[code]) for code in codes if code in files.forms]
    contradictions = tuple(found for code, form in forms for found in _contradictions(code, form, files))
    return FormReview(codes, tuple(dict.fromkeys(reading.told)), contradictions, questions)


def _read_questions(reading: FolderReading, folder: Path) -> Iterator[OpenQuestion]:
    if not (folder / QUESTIONS).exists():
        return
    found = reading.attempt(lambda: YamlFile.open(folder / QUESTIONS).read(QuestionFile))
    yield from (one for one in (found.questions if found is not None else ()) if not one.done)


def _contradictions(code: str, form: Form, files: FolderFiles) -> Iterator[tuple[str, str, str]]:
    given = files.indicators.indicators
    indicators = {name: one.model_copy(update={"indicator_code": name}) for name, one in given.items()}
    words = MeasureWords({name: measure.label for name, measure in files.measures.items()})
    for key, says in find_contradictions(form, indicators, words):
        yield code, key, says
