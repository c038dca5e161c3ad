using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Store</c>: the embedded store of <c>Cluster:Provider=Local</c>.</summary>
internal sealed class StoreSettings
{
    private const string Wanted = "a folder that this user may write; there is no default without a home folder";

    /// <summary>
    /// The folder of the embedded store, made if it is missing, for one silo at a time. Default: <c>headroom</c> in the
    /// user's local data folder (<c>$XDG_DATA_HOME</c>, or <c>~/.local/share</c>).
    /// </summary>
    [Required]
    [StringLength(4_096, MinimumLength = 1, ErrorMessage = Wanted)]
    public string Path { get; set; } = DefaultPath();

    // Without a home folder there is no user data folder. The empty string fails the check above, which beats a
    // surprise such as a store in whatever the current folder happens to be.
    private static string DefaultPath()
    {
        string data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify);
        return data.Length == 0 ? "" : System.IO.Path.Combine(data, "headroom");
    }
}
