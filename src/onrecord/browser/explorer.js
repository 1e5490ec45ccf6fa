/*
 * Starts the explorer on the page that has a place for it; on other pages nothing is loaded.
 */
const place = document.getElementById("explorer");

if (place) {
  import("./explorer-page.js")
    .then(({ start }) => start(place, new URL("../", import.meta.url)))
    .catch((error) => {
      const said = document.createElement("p");
      said.setAttribute("role", "alert");
      said.textContent = `The statements could not be read (${error.message}). The table and the index above hold them all.`;
      place.append(said);
    });
}
