"""Every other file of the configuration folder looked at, once one is found wrong: all is mended in one go."""

from baocao.catalogue.alerts import examine_alerts
from baocao.catalogue.backfill import BackfillRules
from baocao.catalogue.desk import DeskRules
from baocao.catalogue.folder_files import FolderFiles
from baocao.catalogue.hand_files import CORRECTIONS, MANUAL, examine_corrections, examine_manual, list_hand_files
from baocao.catalogue.hand_in import examine_hand_in
from baocao.catalogue.operations import examine_operations
from baocao.catalogue.release import ReleaseRules
from baocao.catalogue.sites import SiteFile
from baocao.catalogue.yaml_files import FolderReading


def examine_others(reading: FolderReading, files: FolderFiles) -> None:
    """Note what is wrong in the files only some commands read."""
    owners, units = files.names("indicators.yaml", "owners"), files.unit_names
    if owners is not None and units is not None:
        examine_alerts(reading, owners, units)
    if units is not None:
        examine_hand_in(reading, units)
    calendar = files.texts["calendars.yaml"]
    is_whole = calendar is not None and not calendar.mistakes
    examine_operations(reading, files.units.units, files.calendar if is_whole else None, units)
    for name, model in (("backfill.yaml", BackfillRules), ("desk.yaml", DeskRules), ("release.yaml", ReleaseRules)):
        file = reading.open_if_there(name)
        if file is not None:
            file.examine(model)
    for path in sorted((reading.folder / "sites").glob("*.yaml")):
        name = f"sites/{path.name}"
        file = None if name in files.texts else reading.open(name)
        if file is not None:
            file.examine(SiteFile)
    _examine_hand_files(reading, files)


def _examine_hand_files(reading: FolderReading, files: FolderFiles) -> None:
    """Against the indicators, where those could be read."""
    if files.texts["indicators.yaml"] is None or files.texts["indicators.yaml"].mistakes:
        return
    for kind, examine in ((MANUAL, examine_manual), (CORRECTIONS, examine_corrections)):
        for unit_code in files.units.units:
            for path, _ in list_hand_files(reading.folder / kind / unit_code):
                file = reading.open(f"{kind}/{unit_code}/{path.name}")
                if file is not None:
                    examine(file, files.indicators.indicators)
