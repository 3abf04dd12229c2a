"""From longitude and latitude to the National Grid, many points at once.

The same sums as `engine/distances.py`, which turns one point and rounds it to whole metres; the source is named there.
Against the eastings and northings that the Office for National Statistics prints beside its boundaries of four
districts, the seven parameters are out by up to 3.2 metres.
"""

from math import radians

import numpy as np
import numpy.typing as npt

from commongoal.places.engine.distances import (
    AIRY,
    EASTING_0,
    F0,
    LATITUDE_0,
    LONGITUDE_0,
    NORTHING_0,
    ROTATION,
    SCALE,
    SHIFT,
    WGS84,
)

Numbers = npt.NDArray[np.float64]

DECIMALS = 3
"""Of a metre. Points that were one stay one, whatever the last digit of the sums."""


def on_the_grid(points: Numbers) -> Numbers:
    """Eastings and northings in metres, to the millimetre; (n, 2) longitudes and latitudes of WGS84 in, (n, 2) out."""
    longitude, latitude = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack(_projected(*_osgb36(latitude, longitude))).round(DECIMALS)


def _osgb36(latitude: Numbers, longitude: Numbers) -> tuple[Numbers, Numbers]:
    """The same points on Airy's ellipsoid; radians in, radians out."""
    a, b = WGS84
    squared = 1 - (b * b) / (a * a)
    normal = a / np.sqrt(1 - squared * np.sin(latitude) ** 2)
    x, y = normal * np.cos(latitude) * np.cos(longitude), normal * np.cos(latitude) * np.sin(longitude)
    z = (1 - squared) * normal * np.sin(latitude)
    rx, ry, rz = (radians(seconds / 3600) for seconds in ROTATION)
    return _on_ellipsoid(
        SHIFT[0] + (1 + SCALE) * x - rz * y + ry * z,
        SHIFT[1] + rz * x + (1 + SCALE) * y - rx * z,
        SHIFT[2] - ry * x + rx * y + (1 + SCALE) * z,
    )


def _on_ellipsoid(x: Numbers, y: Numbers, z: Numbers) -> tuple[Numbers, Numbers]:
    a, b = AIRY
    squared = 1 - (b * b) / (a * a)
    flat = np.hypot(x, y)
    latitude = np.arctan2(z, flat * (1 - squared))
    for _ in range(5):  # each step gains about three digits
        normal = a / np.sqrt(1 - squared * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + squared * normal * np.sin(latitude), flat)
    return latitude, np.arctan2(y, x)


def _projected(latitude: Numbers, longitude: Numbers) -> tuple[Numbers, Numbers]:
    a, b = AIRY
    squared = 1 - (b * b) / (a * a)
    curve = 1 - squared * np.sin(latitude) ** 2
    nu, rho = a * F0 / np.sqrt(curve), a * F0 * (1 - squared) / curve**1.5
    eta = nu / rho - 1
    s, c, t = np.sin(latitude), np.cos(latitude), np.tan(latitude)
    p = longitude - radians(LONGITUDE_0)
    north = _meridian(latitude) + NORTHING_0
    north += nu / 2 * s * c * p**2 + nu / 24 * s * c**3 * (5 - t**2 + 9 * eta) * p**4
    north += nu / 720 * s * c**5 * (61 - 58 * t**2 + t**4) * p**6
    east = EASTING_0 + nu * c * p + nu / 6 * c**3 * (nu / rho - t**2) * p**3
    east += nu / 120 * c**5 * (5 - 18 * t**2 + t**4 + 14 * eta - 58 * t**2 * eta) * p**5
    return east, north


def _meridian(latitude: Numbers) -> Numbers:
    """The developed arc of the meridian from the true origin, in metres."""
    a, b = AIRY
    n = (a - b) / (a + b)
    origin = radians(LATITUDE_0)
    less, more = latitude - origin, latitude + origin
    arc = (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
    arc -= (3 * n + 3 * n**2 + 2.625 * n**3) * np.sin(less) * np.cos(more)
    arc += 1.875 * (n**2 + n**3) * np.sin(2 * less) * np.cos(2 * more)
    arc -= 35 / 24 * n**3 * np.sin(3 * less) * np.cos(3 * more)
    arc *= b * F0
    return arc
