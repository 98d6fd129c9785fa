"""The parameters of a study, frozen: each has a unit, a default and a source in one table.

The table is ``symbiosis/data/scenario.csv``; the command line's help and the manual read it too.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from symbiosis import bundled

Preset = Literal["value", "waste", "carbon", "jobs"]
Level = Literal["low", "central", "high"]
Attribution = Literal["donor", "taker", "half"]


def _no_truth_value(value: object) -> object:
    """Refuse ``true`` for a number, which would be read as 1."""
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    return value


Number = Annotated[float, BeforeValidator(_no_truth_value)]
Whole = Annotated[int, BeforeValidator(_no_truth_value)]
NonNegative = Annotated[Number, Field(ge=0, allow_inf_nan=False)]
Pairs = tuple[tuple[str, str], ...]


def _default(name: str) -> str:
    table = bundled.table("scenario").set_index("name")
    return str(table.at[name, "default"])


def _number(name: str) -> float:
    return float(_default(name))


class Weights(BaseModel):
    """What one unit of each aim is worth in the objective, in EUR."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    eur: float
    tco2e: float
    t_diverted: float
    fte: float


class Scenario(BaseModel):
    """The frozen parameters of one study; units and sources are in ``scenario.csv``.

    Examples
    --------
    >>> Scenario(carbon_value_eur_per_tco2e=0).weights.tco2e
    0.0
    >>> Scenario(preset="carbon").weights.eur
    0.0
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    freight_eur_per_tkm: NonNegative = _number("freight_eur_per_tkm")
    freight_fixed_eur_per_t: NonNegative = _number("freight_fixed_eur_per_t")
    detour_factor: Annotated[Number, Field(ge=1)] = _number("detour_factor")
    vehicle: str = _default("vehicle")
    carbon_value_eur_per_tco2e: NonNegative = _number("carbon_value_eur_per_tco2e")
    max_distance_km: NonNegative | None = None
    max_distance_heat_km: NonNegative | None = _number("max_distance_heat_km")
    max_distance_steam_km: NonNegative | None = _number("max_distance_steam_km")
    max_distance_water_km: NonNegative | None = _number("max_distance_water_km")
    max_distance_co2_km: NonNegative | None = _number("max_distance_co2_km")
    max_distance_energy_km: NonNegative | None = _number("max_distance_energy_km")
    preset: Preset = "value"
    weight_eur: NonNegative | None = None
    weight_tco2e: NonNegative | None = None
    weight_t_diverted: NonNegative | None = None
    weight_fte: NonNegative | None = None
    level: Level = "central"
    attribution: Attribution = "half"
    jobs: Literal["range", "ademe-2013"] = "range"
    use_estimated: bool = False
    minimum_lot_t: NonNegative = 0.0
    year: Annotated[Whole, Field(ge=2000, le=2100)] = int(_number("year"))
    territory: str = ""
    forbidden: Pairs = ()
    pinned: Pairs = ()
    seed: Annotated[Whole, Field(ge=0)] = int(_number("seed"))

    @property
    def weights(self) -> Weights:
        """The weights of the objective: those of the preset, each replaced where one is given."""
        presets = {
            "value": Weights(eur=1, tco2e=self.carbon_value_eur_per_tco2e, t_diverted=0, fte=0),
            "waste": Weights(eur=0.001, tco2e=0, t_diverted=1, fte=0),
            "carbon": Weights(eur=0, tco2e=1, t_diverted=0, fte=0),
            "jobs": Weights(eur=0.001, tco2e=0, t_diverted=0, fte=1000),
        }
        preset = presets[self.preset]
        given = {
            "eur": self.weight_eur,
            "tco2e": self.weight_tco2e,
            "t_diverted": self.weight_t_diverted,
            "fte": self.weight_fte,
        }
        return preset.model_copy(update={k: float(v) for k, v in given.items() if v is not None})

    def max_distance_of(self, kind: str) -> float:
        """Return the longest road distance of a link for a kind of flow, in km; inf for none."""
        limits = {
            "heat": self.max_distance_heat_km,
            "steam": self.max_distance_steam_km,
            "water": self.max_distance_water_km,
            "co2": self.max_distance_co2_km,
            "energy": self.max_distance_energy_km,
        }
        limit = limits.get(kind, self.max_distance_km)
        return float("inf") if limit is None else float(limit)
